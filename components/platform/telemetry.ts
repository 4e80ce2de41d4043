/** The telemetry of a tenant. */
import type { Settings, TenantSettings } from "../../stacks/schema";

type Telemetry = NonNullable<TenantSettings["telemetry"]>;

/** Subscriptions, their organizations and models: nothing personal. */
const COUNTED: Telemetry = { user: false, group: false, organization: true, model: true };

/**
 * The settings of a tenant; without any, what somebody reads is counted: the dashboards and alerts of the stack, or who charges for the
 * tokens of a tier. Without it the counters of limits have neither subscription nor model.
 *
 * @param name of the tenant; undefined: the product's own
 *
 * Source: docs/sources/maas.md#tenant.
 */
export function telemetryOf(
    { observability, tiers }: Pick<Settings, "observability" | "tiers">,
    { telemetry }: Pick<TenantSettings, "telemetry">,
    name?: string,
): Telemetry | undefined {
    const own = tiers.filter(({ tenant }) => tenant === name);
    const read = own.length > 0 && (observability !== undefined || own.some(({ cost }) => cost !== undefined));
    return telemetry ?? (read ? COUNTED : undefined);
}
