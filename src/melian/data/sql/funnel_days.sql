-- Dates: events of one day stay; those that span days or are dated to a month or year are dropped, or each is put on
-- one day of its span that its content chooses (uniform over the span, the same on every run).
CREATE OR REPLACE TEMP TABLE funnel_days AS
SELECT date AS day, s, t, k, joint, n, reactive, content FROM funnel_events WHERE until <= date
UNION ALL
SELECT e.date + (md5_number_lower(concat_ws('|', a.label, b.label, e.date, e.until, e.joint, c.code, e.k, u.unit))
                 % (e.until - e.date + 1)::UBIGINT)::INTEGER,
       e.s, e.t, e.k, e.joint, 1, e.reactive, e.content
FROM funnel_events e
CROSS JOIN LATERAL (SELECT unnest(range(e.n)) AS unit) u
JOIN (SELECT DISTINCT id, label FROM funnel_actors) a ON a.id = e.s
JOIN (SELECT DISTINCT id, label FROM funnel_actors) b ON b.id = e.t
JOIN funnel_codes c ON c.id = e.c
WHERE e.until > e.date AND $spread
