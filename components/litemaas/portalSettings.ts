/** Settings that the portal keeps in its database alone: its name and pictures, and the models that need approval. */
import { createHash } from "node:crypto";

import { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { LITEMAAS } from "../../catalogue/litemaas/names";
import type { LitemaasSettings } from "../../stacks/schema";
import {
    CONTAINER_SECURITY,
    labelsOf,
    libpqEnvironment,
    type Place,
    POD_SECURITY,
    podLabels,
    serviceCaMount,
    serviceCaVolume,
    SMALL,
} from "./place";

/**
 * SQL that brings the portal's tables in line. Names and texts are literals with their quotes doubled. What an administrator sets
 * in the portal stays where the settings say nothing. Source: docs/sources/litemaas.md#portal.
 */
export function portalSql({ portal }: LitemaasSettings): string {
    const { title, subtitle, logo, darkLogo = logo } = portal.branding;
    const picture = (column: string, svg: string | undefined): string[] =>
        svg === undefined
            ? []
            : [`${column}_data = ${literal(Buffer.from(svg).toString("base64"))}`, `${column}_mime_type = 'image/svg+xml'`];
    const columns = [
        ...(title === undefined ? [] : ["login_title_enabled = true", `login_title = ${literal(title)}`]),
        ...(subtitle === undefined ? [] : ["login_subtitle_enabled = true", `login_subtitle = ${literal(subtitle)}`]),
        ...(logo === undefined ? [] : ["login_logo_enabled = true"]),
        ...picture("login_logo", logo),
        ...(logo === undefined && darkLogo === undefined ? [] : ["header_brand_enabled = true"]),
        ...picture("header_brand_light", logo),
        ...picture("header_brand_dark", darkLogo),
    ];
    const names = portal.restrictedModels.map(literal);
    const restricted = names.length === 0 ? "false" : `id IN (${names.join(", ")})`;
    return [
        ...(columns.length === 0
            ? []
            : [`UPDATE branding_settings SET ${[...columns, "updated_at = now()"].join(", ")} WHERE id = 1;`]),
        `UPDATE models SET restricted_access = (${restricted}) WHERE restricted_access IS DISTINCT FROM (${restricted});`,
        "",
    ].join("\n");
}

function literal(text: string): string {
    return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A Job that runs the SQL once for each change of it or of the models.
 *
 * @param models the text that says which models there are
 * @param before the models are in the portal's list, and its tables exist
 */
export function portalSettings(place: Place, models: string, ...before: readonly pulumi.Resource[]): pulumi.Resource {
    const { name, settings } = place;
    const { namespace, database } = settings;
    const sql = portalSql(settings);
    const file = new ConfigMap(
        `${name}-portal-sql`,
        {
            metadata: { name: LITEMAAS.settings, namespace, labels: labelsOf(LITEMAAS.settings) },
            data: { "settings.sql": sql },
        },
        place.within(),
    );
    return new Job(
        `${name}-portal-settings`,
        {
            metadata: {
                name: `${LITEMAAS.settings}-${createHash("sha256").update(sql).update(models).update(database.image).digest("hex").slice(0, 10)}`,
                namespace,
                labels: labelsOf(LITEMAAS.settings),
            },
            spec: {
                backoffLimit: 4,
                template: {
                    metadata: { labels: podLabels(LITEMAAS.settings) },
                    spec: {
                        restartPolicy: "Never",
                        automountServiceAccountToken: false,
                        securityContext: POD_SECURITY,
                        containers: [
                            {
                                name: "settings",
                                image: database.image,
                                command: [
                                    "psql",
                                    "--no-psqlrc",
                                    "--set",
                                    "ON_ERROR_STOP=1",
                                    "--single-transaction",
                                    "--file",
                                    "/sql/settings.sql",
                                ],
                                env: libpqEnvironment(namespace, "portal"),
                                resources: SMALL,
                                securityContext: CONTAINER_SECURITY,
                                volumeMounts: [{ name: "sql", mountPath: "/sql", readOnly: true }, serviceCaMount],
                            },
                        ],
                        volumes: [{ name: "sql", configMap: { name: file.metadata.name } }, serviceCaVolume],
                    },
                },
            },
        },
        place.within(file, ...before),
    );
}
