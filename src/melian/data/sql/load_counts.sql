-- Events of each actor, as source and as target, in the window.
SELECT a.id, coalesce(sum(n), 0)::BIGINT AS events
FROM (SELECT DISTINCT id FROM funnel_actors) a
JOIN (SELECT s AS id, n FROM funnel_days WHERE day BETWEEN $since AND $until
      UNION ALL SELECT t, n FROM funnel_days WHERE day BETWEEN $since AND $until) e USING (id)
GROUP BY a.id
