/** Which dashboards the pictures in docs/ are of. */
import { createHash } from "node:crypto";
import path from "node:path";

import { dashboards } from "../../catalogue/observability/dashboards";
import type { Scope } from "../../catalogue/observability/scope";
import { persesDashboard } from "../../components/observability/persesDashboard";
import { scope } from "../catalogue/observability/scope";
import { EXTERNAL, MODELS, PRICES } from "../observability/day";

export const PICTURES = path.join(__dirname, "../../docs/pictures/dashboards");

/** The platform of the day of series. */
export const scopeOfDay: Scope = { ...scope, services: [...MODELS], external: [EXTERNAL], prices: PRICES };

/** A hash of each dashboard, by name: another one needs other pictures. */
export function drawn(): Record<string, string> {
    return Object.fromEntries(
        dashboards(scopeOfDay).map((one) => [
            one.name,
            createHash("sha256")
                .update(JSON.stringify(persesDashboard(one)))
                .digest("hex")
                .slice(0, 16),
        ]),
    );
}
