-- All actors that reports of the store resolve to; a state's military is one of them where it is set apart.
WITH ends AS (
    SELECT source_actor AS actor, source_sector AS sector FROM resolved WHERE source_actor IS NOT NULL
    UNION
    SELECT target_actor, target_sector FROM resolved WHERE target_actor IS NOT NULL
)
SELECT DISTINCT actor FROM ends
UNION
SELECT actor || '.MIL' FROM ends WHERE $military_apart AND sector = 'MIL' AND NOT contains(actor, '.')
