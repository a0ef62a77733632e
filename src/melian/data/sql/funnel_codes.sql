-- The codes of the store, numbered in the order of their text; `twin` is the number of the code a mirror carries.
CREATE OR REPLACE TEMP TABLE funnel_codes AS
WITH numbered AS (
    SELECT row_number() OVER (ORDER BY scheme, code, mode)::INTEGER AS id, * FROM book_codes
)
SELECT a.id, a.scheme, a.code, a.mode, b.id AS twin, a.alternative, a.statement, a.reactive, a.two_sided, a.curated
FROM numbered a
LEFT JOIN numbered b ON b.scheme = a.scheme AND b.mode = a.mode AND b.code = a.mirror AND a.mirror <> ''
ORDER BY a.id
