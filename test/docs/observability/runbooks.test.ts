/** Whoever gets an alert finds its runbook. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { runbookOf } from "../../../catalogue/observability/alert";
import { alertsOf } from "../../../catalogue/observability/rules";
import { scope } from "../../catalogue/observability/scope";

const read = (file: string): string => readFileSync(path.join(__dirname, "../../..", file), "utf8");
const alerts = Object.values(alertsOf(scope)).flat();

it.each(alerts.map(({ alert }) => alert))("%s has a runbook", (alert) => {
    const [file, anchor] = runbookOf(alert).split("#") as [string, string];
    expect(read(file).toLowerCase()).toContain(`\n## ${anchor}\n`);
});

it("the README counts them", () => {
    expect(read("README.md")).toContain(`[${alerts.length} alerts with runbooks]`);
});
