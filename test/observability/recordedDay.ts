/** A real Prometheus with the day of series, and what the rules record of it. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { stringify } from "yaml";

import type { Recording } from "../../catalogue/observability/recording";
import { recordings } from "../../catalogue/observability/recordings";
import { recordingRules } from "../../catalogue/observability/rules";
import { scopeOfDay as scope } from "../perses/pictures";
import { knownSeries, readQuery } from "../promql";
import { writeOpenMetrics } from "./day";
import { runPromtool } from "./runPromtool";
import { RECORDED, START } from "./series";
import { Prometheus } from "./server";

/** Recordings by what they read: the first read what products export, the next those before. */
function stages(): Recording[][] {
    const known = knownSeries(scope);
    const found: Recording[][] = [];
    let left = recordings(scope);
    while (left.length > 0) {
        const missing = new Set(left.map(({ record }) => record));
        const next = left.filter(({ expr }) => !readQuery(expr, known).series.some((series) => missing.has(series)));
        found.push(next);
        left = left.filter((recording) => !next.includes(recording));
    }
    return found;
}

/** Starts it. @param folder for its data @returns stop it */
export async function recordedDay(folder: string): Promise<Prometheus> {
    const succeeds = (...args: readonly string[]): void => {
        const { ok, output } = runPromtool(args, folder);
        if (!ok) {
            throw new Error(output);
        }
    };
    await writeOpenMetrics(path.join(folder, "day.txt"));
    succeeds("tsdb", "create-blocks-from", "openmetrics", "day.txt", "data");
    let prometheus = await Prometheus.start(folder);
    // Recorded as the server would have, minute by minute; rules of the next stage read what a rule records. One file:
    // when a group is evaluated follows from its name and that of its file.
    for (const stage of stages()) {
        const groups = recordingRules(scope).map((group) => ({
            ...group,
            interval: "1m",
            rules: group.rules.filter(({ record }) => stage.some((one) => one.record === record)),
        }));
        writeFileSync(path.join(folder, "rules.yml"), stringify({ groups: groups.filter(({ rules }) => rules.length > 0) }));
        const period = [`--start=${START}`, `--end=${RECORDED}`];
        succeeds("tsdb", "create-blocks-from", "rules", ...period, `--url=${prometheus.url}`, "--output-dir=data", "rules.yml");
        await prometheus.stop();
        prometheus = await Prometheus.start(folder);
    }
    return prometheus;
}
