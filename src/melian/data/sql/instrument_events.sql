-- Events by instrument, inside a run of the funnel.
SELECT i.name, coalesce(sum(d.n), 0)::BIGINT AS events
FROM funnel_instruments i LEFT JOIN funnel_days d ON d.k = i.id GROUP BY i.name ORDER BY i.name;
