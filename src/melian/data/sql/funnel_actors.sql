-- All actors that reports of the store resolve to.
SELECT source_actor FROM resolved WHERE source_actor IS NOT NULL
UNION
SELECT target_actor FROM resolved WHERE target_actor IS NOT NULL
