"""The closed list of rules that a verdict can name, and by rule what to do about it, in French and in English.

In braces stands what the rule allows; `remedies.problem` fills it in.
"""

from .decision_rules import DECISIONS, Remedy
from .law_rules import LAW

RECORD: dict[str, Remedy] = {
    "malformed": ("Envoyez un objet JSON valide, en UTF-8.", "Send a valid JSON object, in UTF-8."),
    "field_repeated": ("Donnez ce champ une seule fois.", "Give this field only once."),
    "not_yours": (
        "Publiez sous votre propre SIREN, sur votre propre topic.",
        "Publish under your own SIREN, on your own topic.",
    ),
    "unknown_type": (
        "Utilisez un type d'événement du contrat, dans l'en-tête ce_type.",
        "Use an event type of the contract in the ce_type header.",
    ),
    "not_served_yet": (
        "Ce type d'événement est prévu, mais aucun service ne le traite encore : ne l'envoyez pas pour l'instant.",
        "This event type is planned, but no service handles it yet: do not send it for now.",
    ),
    "id_too_long": (
        "Donnez un identifiant (en-tête ce_id) de 300 caractères au plus.",
        "Give an id (header ce_id) of at most 300 characters.",
    ),
    "id_reused": (
        "Cet identifiant (en-tête ce_id) a déjà servi pour un autre contenu : donnez-en un nouveau à chaque envoi.",
        "This id (header ce_id) was already used for other content: give each new submission its own.",
    ),
    "discarded": (
        "Par notre faute, cet envoi n'a pas pu être traité : renvoyez-le avec un nouvel identifiant (en-tête ce_id).",
        "By a fault of ours this submission could not be handled: send it again under a new id (header ce_id).",
    ),
    "specversion": (
        "Envoyez un CloudEvent 1.0 : specversion doit valoir 1.0.",
        "Send a CloudEvent 1.0: specversion must be 1.0.",
    ),
    "time_format": (
        "Écrivez l'instant selon la RFC 3339, avec son décalage horaire, comme 2027-04-05T09:00:00+02:00.",
        "Write the time as in RFC 3339, with its offset from UTC, such as 2027-04-05T09:00:00+02:00.",
    ),
    "content_type": (
        "Envoyez du JSON : content-type application/json, ou application/cloudevents+json en mode structuré.",
        "Send JSON: content-type application/json, or application/cloudevents+json in structured mode.",
    ),
    "batch_mode": (
        "Envoyez un événement par enregistrement : sur Kafka, CloudEvents n'a pas de mode par lots.",
        "Send one event per record: on Kafka, CloudEvents has no batch mode.",
    ),
    "attribute_text": (
        "Donnez à cet attribut un texte en UTF-8, sans caractère de contrôle ni autre caractère invisible.",
        "Give this attribute a text in UTF-8, without control characters or other invisible ones.",
    ),
    "data_twice": ("Donnez data ou data_base64, pas les deux.", "Give data or data_base64, not both."),
    "base64": ("Encodez data_base64 selon la RFC 4648, section 4.", "Encode data_base64 as in RFC 4648, section 4."),
    "undecodable_batch": (
        "Ces enregistrements n'ont pas pu être décompressés : renvoyez-les non compressés, ou compressés en gzip.",
        "These records could not be decompressed: send them again uncompressed, or compressed with gzip.",
    ),
    "too_large": (
        "Envoyez un événement de 256 Kio au plus : raccourcissez ses textes.",
        "Send an event of at most 256 KiB: shorten its texts.",
    ),
    "batch_too_large": (
        "Renvoyez ces enregistrements en lots plus petits : 1 Mio par enregistrement, 16 Mio et "
        "100 000 enregistrements par lot, au plus.",
        "Send these records again in smaller batches: at most 1 MiB per record, 16 MiB and 100,000 records per batch.",
    ),
    "source_too_long": (
        "Donnez une source (en-tête ce_source) de 300 caractères au plus.",
        "Give a source (header ce_source) of at most 300 characters.",
    ),
}
"""Rules of the record as a whole and of its headers."""

VALUES: dict[str, Remedy] = {
    "missing": ("Ajoutez ce champ.", "Add this field."),
    "model_type": (
        "Donnez un objet JSON avec les champs du contrat, entre accolades.",
        "Give a JSON object with the contract's fields, in braces.",
    ),
    "tuple_type": ("Donnez une liste, entre crochets.", "Give a list, in square brackets."),
    "too_short": (
        "Complétez la liste ; nombre minimal d'éléments : {min_length}.",
        "Add to the list; minimum number of items: {min_length}.",
    ),
    "too_long": (
        "Raccourcissez la liste ; nombre maximal d'éléments : {max_length}.",
        "Shorten the list; maximum number of items: {max_length}.",
    ),
    "string_type": ("Donnez un texte, entre guillemets.", "Give a text, in quotation marks."),
    "string_too_short": (
        "Complétez le texte ; nombre minimal de caractères : {min_length}.",
        "Complete the text; minimum number of characters: {min_length}.",
    ),
    "string_too_long": (
        "Raccourcissez le texte ; nombre maximal de caractères : {max_length}.",
        "Shorten the text; maximum number of characters: {max_length}.",
    ),
    "string_pattern_mismatch": ("Donnez {form_fr}.", "Give {form_en}."),
    "literal_error": (
        "Donnez l'une des valeurs prévues, écrite exactement ainsi : {allowed}.",
        "Give one of these values, exactly as written: {allowed}.",
    ),
    "bool_type": ("Donnez true ou false, sans guillemets.", "Give true or false, without quotation marks."),
    "int_type": (
        "Donnez un nombre entier, sans guillemets ni décimales.",
        "Give a whole number, without quotation marks or decimals.",
    ),
    "greater_than_equal": ("Donnez un nombre ; valeur minimale : {ge}.", "Give a number; minimum: {ge}."),
    "less_than_equal": ("Donnez un nombre ; valeur maximale : {le}.", "Give a number; maximum: {le}."),
    "decimal_type": (
        'Donnez un montant, comme 4.50 ou "4.50".',
        'Give an amount, such as 4.50 or "4.50".',
    ),
    "decimal_parsing": (
        'Donnez un montant en chiffres avec un point décimal, comme "4.50", sans unité ni espace.',
        'Give an amount in digits with a decimal point, such as "4.50", without a unit or spaces.',
    ),
    "decimal_max_digits": (
        "Donnez un montant plus court ; nombre maximal de chiffres : {max_digits}.",
        "Give a shorter amount; maximum number of digits: {max_digits}.",
    ),
    "decimal_max_places": (
        "Arrondissez le montant ; nombre maximal de décimales : {decimal_places}.",
        "Round the amount; maximum number of decimal places: {decimal_places}.",
    ),
    "decimal_whole_digits": (
        "Donnez un montant plus petit ; nombre maximal de chiffres avant le point : {whole_digits}.",
        "Give a smaller amount; maximum number of digits before the point: {whole_digits}.",
    ),
    "finite_number": ("Donnez un nombre fini.", "Give a finite number."),
    "date_type": (
        'Donnez une date entre guillemets, au format AAAA-MM-JJ, comme "2027-04-05".',
        'Give a date in quotation marks, as YYYY-MM-DD, such as "2027-04-05".',
    ),
    "date_parsing": (
        "Donnez une date qui existe, sans heure, au format AAAA-MM-JJ, comme 2027-04-05.",
        "Give a date that exists, without a time, as YYYY-MM-DD, such as 2027-04-05.",
    ),
    "datetime_type": (
        'Donnez une date et une heure entre guillemets, comme "2027-04-05T09:30:00+02:00" (RFC 3339).',
        'Give a date and time in quotation marks, such as "2027-04-05T09:30:00+02:00" (RFC 3339).',
    ),
    "datetime_parsing": (
        "Donnez une date et une heure qui existent, avec le décalage horaire, comme 2027-04-05T09:30:00+02:00 "
        "(RFC 3339).",
        "Give a date and time that exist, with the offset from UTC, such as 2027-04-05T09:30:00+02:00 (RFC 3339).",
    ),
    "timezone_aware": (
        "Ajoutez le décalage horaire, comme dans 2027-04-05T09:30:00+02:00, ou Z pour le temps universel.",
        "Add the offset from UTC, as in 2027-04-05T09:30:00+02:00, or Z for UTC.",
    ),
    "uuid_type": (
        "Donnez entre guillemets l'identifiant (UUID) que nous vous avons communiqué.",
        "Give, in quotation marks, the id (UUID) that we gave you.",
    ),
    "uuid_parsing": (
        "Recopiez l'identifiant (UUID) en entier, comme 019b76da-a800-7c1e-8b2a-5f0d6a4c3e21.",
        "Copy the whole id (UUID), such as 019b76da-a800-7c1e-8b2a-5f0d6a4c3e21.",
    ),
}
"""Rules of a value by its type and bounds, under pydantic's names."""

MEANING: dict[str, Remedy] = {
    "siren": (
        "Vérifiez les neuf chiffres du SIREN et sa clé de contrôle.",
        "Check the nine digits of the SIREN and its check digit.",
    ),
    "siret": (
        "Vérifiez les quatorze chiffres du SIRET et ses clés de contrôle.",
        "Check the fourteen digits of the SIRET and its check digits.",
    ),
    "uai": (
        "Vérifiez le code UAI : le département, quatre chiffres et la lettre de contrôle, comme 0750652B.",
        "Check the UAI code: the département, four digits and the check letter, such as 0750652B.",
    ),
    "text_control": (
        "Retirez les caractères de contrôle et les marques de sens d'écriture ; dans un champ d'une seule ligne, "
        "les sauts de ligne aussi.",
        "Remove control characters and marks of writing direction; in a one-line field, line breaks too.",
    ),
    "text_empty": ("Donnez un texte qui ne soit pas vide.", "Give a text that is not empty."),
    "text_too_long": (
        "Raccourcissez le texte ; nombre maximal de caractères, sous la forme NFC d'Unicode : {bound}.",
        "Shorten the text; maximum number of characters, in Unicode form NFC: {bound}.",
    ),
    "email_local_part": (
        "Donnez une adresse électronique qui ait 64 caractères au plus avant l'arobase.",
        "Give an e-mail address with at most 64 characters before the @.",
    ),
    "instant_range": ("Donnez une date entre 2000 et 2100.", "Give a date between 2000 and 2100."),
    "dates_reversed": (
        "La date de fin ne peut pas précéder la date de début.",
        "The end date cannot be before the start date.",
    ),
    "period_too_long": (
        "Donnez une date de fin au plus tard 366 jours après la date de début.",
        "Give an end date at most 366 days after the start date.",
    ),
    "girls_over_pupils": (
        "Comptez les filles parmi les élèves : leur nombre ne peut pas dépasser celui des élèves.",
        "Count girls among the pupils: there cannot be more girls than pupils.",
    ),
}
"""Rules of what a value means, under names of ours."""

REMEDIES = {**RECORD, **VALUES, **MEANING, **DECISIONS, **LAW}
"""Every rule, with what to do about it."""

ANY: Remedy = ("Corrigez la valeur selon le contrat.", "Correct the value as the contract says.")
"""For a rule that is not on the list."""
