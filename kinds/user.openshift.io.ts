/** OpenShift's users and groups. Served by the aggregated API, so there is no CRD. */
import { z } from "zod";

import { defineKind } from "./kind";

/** Users by name. Names may belong to users who have not logged in yet. */
export const Group = defineKind({
    apiVersion: "user.openshift.io/v1",
    kind: "Group",
    plural: "groups",
    scope: "Cluster",
    body: z.strictObject({ users: z.array(z.string().min(1)) }),
    source: "docs/sources/maas.md#groups",
});
