-- Findings are features of the theme quality_findings, whose table is made from its file like every other. The table of
-- this name that was here before held none: nothing wrote it.
DROP TABLE IF EXISTS diaba.quality_findings;
