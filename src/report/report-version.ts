/** The version of the report's format that this code writes and reads; `docs/report.schema.json` describes it. */
export const REPORT_VERSION = 1;
