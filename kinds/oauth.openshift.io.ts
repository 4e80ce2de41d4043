/** OpenShift's OAuth clients. Served by the aggregated API, so there is no CRD. */
import { z } from "zod";

import { httpsUrl } from "./common";
import { defineKind } from "./kind";

/** An application that logs users in with the cluster's OAuth server. */
export const OAuthClient = defineKind({
    apiVersion: "oauth.openshift.io/v1",
    kind: "OAuthClient",
    plural: "oauthclients",
    scope: "Cluster",
    body: z.strictObject({
        // A client that users run themselves has none.
        secret: z.string().min(1).optional(),
        // Without consent of each user for an application of administrators, or with it.
        grantMethod: z.enum(["auto", "prompt"]),
        redirectURIs: z.array(httpsUrl).min(1),
        accessTokenMaxAgeSeconds: z.number().int().min(0).optional(),
    }),
    source: "docs/sources/litemaas.md#login",
});
