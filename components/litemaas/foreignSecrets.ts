/** Secrets of the namespace that other owners create. */
import type * as pulumi from "@pulumi/pulumi";

import type { LitemaasSettings } from "../../stacks/schema";
import { expectedSecret } from "../expectedSecret";
import type { Place } from "./place";

/** A Secret, and the setting that names it. */
interface ForeignSecret {
    readonly setting: string;
    readonly secret: string;
    readonly keys: readonly string[];
}

/** Secrets that proxies and portal read. @param variables of the proxies that hold keys of endpoints */
function wanted({ proxy, portal, backup }: LitemaasSettings, variables: readonly string[]): ForeignSecret[] {
    return [
        ...proxy.secrets.map((secret, i) => ({
            setting: `litemaas.proxy.secrets[${i}]`,
            secret,
            // Of several, no setting says which has which.
            keys: proxy.secrets.length === 1 ? variables : [],
        })),
        ...proxy.files.map(({ secret }, i) => ({ setting: `litemaas.proxy.files[${i}].secret`, secret, keys: [] })),
        ...(proxy.licenseSecret === undefined
            ? []
            : [{ setting: "litemaas.proxy.licenseSecret", secret: proxy.licenseSecret, keys: ["LITELLM_LICENSE"] }]),
        ...(portal.oidc === undefined
            ? []
            : [{ setting: "litemaas.portal.oidc.secret", secret: portal.oidc.secret, keys: ["client-secret"] }]),
        ...(backup?.s3 === undefined
            ? []
            : [
                  {
                      setting: "litemaas.backup.s3.secret",
                      secret: backup.s3.secret,
                      keys: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
                  },
              ]),
    ];
}

/** Gates until they exist, one for each Secret. @returns depend on these to use them */
export function foreignSecrets(place: Place, variables: readonly string[]): pulumi.Resource[] {
    const { name, settings } = place;
    const first = new Map<string, ForeignSecret>();
    for (const one of wanted(settings, variables)) {
        const known = first.get(one.secret);
        first.set(one.secret, known === undefined ? one : { ...known, keys: [...new Set([...known.keys, ...one.keys])] });
    }
    return [...first.values()].map(({ setting, secret, keys }) =>
        expectedSecret(
            `${name}-secret-${secret}`,
            { namespace: settings.namespace, secret, keys: [...keys].sort(), what: setting, former: `${name}-brought-${secret}` },
            place.within(),
        ),
    );
}
