-- The cells of the history among the chosen actors; `row` is the report whose content comes first of those that fell
-- into the cell. Events of codes that answer by their own meaning are cells of their own where they are set apart.
SELECT (d.day - $origin)::INTEGER AS step, d.joint, a.at AS source, b.at AS target, d.k AS instrument,
       $apart AND d.reactive AND NOT d.joint AS answers,
       sum(d.n)::INTEGER AS count, bool_and(d.reactive) AS reactive,
       (min(d.content) % 18446744073709551616)::BIGINT AS row
FROM funnel_days d JOIN load_chosen a ON a.id = d.s JOIN load_chosen b ON b.id = d.t
WHERE d.day <= $until
GROUP BY d.day, d.joint, a.at, b.at, d.k, answers
ORDER BY d.day, d.joint, a.at, b.at, d.k, answers
