-- The cells of the history among the chosen actors; `row` is the report whose content comes first of those that fell
-- into the cell. Events of codes that answer by their own meaning are cells of their own where an instrument has at
-- least $fewest of them; NULL sets none apart.
WITH among AS (
    SELECT d.day, d.joint, a.at AS source, b.at AS target, d.k, d.n, d.reactive, d.content,
           d.reactive AND NOT d.joint AS answers
    FROM funnel_days d JOIN load_chosen a ON a.id = d.s JOIN load_chosen b ON b.id = d.t
    WHERE d.day <= $until
), apart AS (
    SELECT k FROM among WHERE answers GROUP BY k HAVING sum(n) >= $fewest
)
SELECT (day - $origin)::INTEGER AS step, joint, source, target, k AS instrument,
       answers AND k IN (SELECT k FROM apart) AS answers,
       sum(n)::INTEGER AS count, bool_and(reactive) AS reactive,
       (min(content) % 18446744073709551616)::BIGINT AS row
FROM among
GROUP BY ALL
ORDER BY step, joint, source, target, instrument, answers
