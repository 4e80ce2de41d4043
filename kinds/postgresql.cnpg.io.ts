/** CloudNativePG: PostgreSQL with standbys. */
import { z } from "zod";

import { dnsLabel, quantity, resourceRequirements } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

/** A PostgreSQL server with its standbys; the Service `<name>-rw` leads to whichever of them may write. */
export const PostgresCluster = defineKind({
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    plural: "clusters",
    scope: "Namespaced",
    operator: "cloudnative-pg",
    body: z.strictObject({
        spec: z.strictObject({
            instances: z.number().int().min(1).max(100),
            imageName: z.string().min(1).optional(),
            storage: z.strictObject({ size: quantity, storageClass: z.string().min(1).optional() }),
            bootstrap: z.strictObject({
                initdb: z.strictObject({
                    database: z.string().min(1).max(63),
                    owner: z.string().min(1).max(63),
                    // Of type kubernetes.io/basic-auth: username and password.
                    secret: z.strictObject({ name: dnsLabel }),
                }),
            }),
            enableSuperuserAccess: z.boolean().optional(),
            resources: resourceRequirements.optional(),
        }),
    }),
    ready: [condition("Ready")],
    readyWithinMinutes: 15,
    source: "docs/sources/maas.md#database, docs/sources/workspaces.md#cloudnativepg",
});
