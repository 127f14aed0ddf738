-- Students who were asked whether they would like a mentor.
CREATE TABLE proposal (
    student_id  uuid PRIMARY KEY,
    proposed_at timestamptz NOT NULL
);
