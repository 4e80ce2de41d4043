/** Prints what the metrics of limits cost in series. */
import type { LimitSeries } from "../../catalogue/observability/limitSeries";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

/** Prints the series of each tier, and their sum; nothing without tiers. */
export function printLimitSeries(out: Terminal, all: readonly LimitSeries[]): void {
    const sum = all.reduce((n, { ofCaller, callers }) => n + ofCaller * callers, 0);
    block(
        out,
        `Series of Limitador, at most: ${sum} with the users of the settings (connectivityLink.limitador.telemetry: exhaustive)`,
        rows(
            out,
            [
                { title: "Tier" },
                { title: "Models", align: "right" },
                { title: "Of each user", align: "right" },
                { title: "Users", align: "right" },
            ],
            all.map(({ tier, models, ofCaller, callers }) => [tier, String(models), String(ofCaller), String(callers)]),
        ),
    );
}
