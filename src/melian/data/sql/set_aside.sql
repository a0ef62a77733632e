-- Move all but the first row of each shared id out of `reports`.
INSERT INTO duplicates SELECT * FROM reports WHERE row_id IN (SELECT row_id FROM shared_ids WHERE place > 1);
DELETE FROM resolved WHERE row_id IN (SELECT row_id FROM shared_ids WHERE place > 1);
DELETE FROM reports WHERE row_id IN (SELECT row_id FROM shared_ids WHERE place > 1);
DROP TABLE shared_ids;
