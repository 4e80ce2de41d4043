/** Checks of the key with which the proxies of LiteMaaS call models of tiers. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, releases } from "../../catalogue/releases";
import { modelsOf } from "../../catalogue/tiers";
import type { SettingsProblem } from "../problem";
import type { LitemaasSettings } from "../schema/litemaas";
import { tierSchema } from "../schema/governance";
import { namesOf, unknownNameProblem, validEntries } from "./entries";

/**
 * Problems of `litemaas.gatewayKey`: a release without keys, a tier that does not exist, endpoints of which another tier has the model.
 *
 * @param given what stands under `maas:settings`
 */
export function gatewayKeyProblems(
    { gatewayKey, models }: LitemaasSettings,
    given: { readonly tiers?: unknown; readonly release?: unknown },
): SettingsProblem[] {
    if (gatewayKey === undefined) {
        return [];
    }
    const path = "litemaas.gatewayKey.tier";
    const release = z.enum(releases).safeParse(given.release).data ?? DEFAULT_RELEASE;
    if (recordOf(release).governance !== "subscriptions") {
        return [
            {
                path: "litemaas.gatewayKey",
                message: `release ${release} has no API keys; expected release ${releases.filter((r) => recordOf(r).governance === "subscriptions").join(" or ")}`,
            },
        ];
    }
    if (!namesOf(given.tiers).includes(gatewayKey.tier)) {
        return [unknownNameProblem(path, gatewayKey.tier, "tier", namesOf(given.tiers))];
    }
    const tiers = validEntries("tiers", given.tiers, tierSchema).map(({ value }) => value);
    const own = tiers.find(({ name }) => name === gatewayKey.tier);
    return own === undefined
        ? []
        : models.flatMap(({ endpoints }, i) =>
              endpoints.flatMap(({ model, keyVariable }, j) => {
                  const others = tiers.filter((tier) => model !== undefined && modelsOf(tier).includes(model));
                  return keyVariable !== undefined || others.length === 0 || others.includes(own)
                      ? []
                      : [
                            {
                                path: `litemaas.models[${i}].endpoints[${j}].model`,
                                message: `${JSON.stringify(model)} is no model of tier ${own.name}, whose key the proxies have (${path}); expected one of ${modelsOf(own).join(", ")}, tier ${others.map(({ name }) => name).join(" or ")}, or a keyVariable`,
                            },
                        ];
              }),
          );
}
