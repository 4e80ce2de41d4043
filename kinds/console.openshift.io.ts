/** OpenShift's web console. */
import { z } from "zod";

import { httpsUrl } from "./common";
import { defineKind } from "./kind";

/** A link in the application menu of the console. It has no status. */
export const ConsoleLink = defineKind({
    apiVersion: "console.openshift.io/v1",
    kind: "ConsoleLink",
    plural: "consolelinks",
    scope: "Cluster",
    body: z.strictObject({
        spec: z.strictObject({
            location: z.literal("ApplicationMenu"),
            text: z.string().min(1),
            href: httpsUrl,
            applicationMenu: z.strictObject({ section: z.string().min(1), imageURL: z.string().min(1).optional() }),
        }),
    }),
    source: "openshift/api@release-4.21:console/v1/types_console_link.go",
});
