-- Rows stored per calendar month, months without rows included.
WITH span AS (
    SELECT date_trunc('month', min(date))::DATE AS first, date_trunc('month', max(date))::DATE AS last FROM reports
), months AS (
    SELECT unnest(generate_series(first, last, INTERVAL 1 MONTH))::DATE AS month FROM span WHERE first IS NOT NULL
), counted AS (
    SELECT date_trunc('month', date)::DATE AS month, count(*) AS rows FROM reports GROUP BY ALL
)
SELECT month, coalesce(rows, 0) AS rows FROM months LEFT JOIN counted USING (month) ORDER BY month;
