/** The version of Connectivity Link, where what it can do depends on it. */
import { olderThan } from "../../catalogue/csv";
import { operatorEntry } from "../../catalogue/operators";
import type { Settings } from "../../stacks/schema";

const VERSION = "rhcl-operator.v1.4.0";

/**
 * Whether it is 1.4 or later: Kuadrant then makes a monitor of Authorino, and its filter sends spans. Undefined where the version is not
 * known: that of an operator of others, or of a channel without a pin.
 * Source: docs/sources/observability.md#who-scrapes-what, #traces.
 */
export function isConnectivityLink14({ release, operators }: Pick<Settings, "release" | "operators">): boolean | undefined {
    const override = operators["rhcl-operator"];
    const { csv } = operatorEntry(release, "rhcl-operator", override);
    return override?.existing === true || csv === undefined ? undefined : !olderThan(csv, VERSION);
}
