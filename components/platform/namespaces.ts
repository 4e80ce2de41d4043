/** Namespaces that several layers share, with the labels by which their routes attach to gateways. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { recordOf } from "../../catalogue/releases";
import { accessLabel } from "../../catalogue/tenancy";
import type { Settings } from "../../stacks/schema";

/** The namespace of OpenShift AI's components: its operator would take one that it made itself away with it. */
export function applicationsNamespace(settings: Settings, parent: pulumi.Resource): Namespace {
    return new Namespace(
        "applications",
        {
            metadata: {
                name: APPLICATIONS_NAMESPACE,
                labels: { "openshift.io/cluster-monitoring": "true", ...routeLabels(settings, [undefined]) },
            },
        },
        { parent },
    );
}

/**
 * The namespace of the MaaS API, where it is another: the Secret of its database must be there before the operator makes it.
 * The routes of all tenants' APIs are in it, and its controller gives it no label.
 * Source: docs/sources/maas.md#tenants-of-35.
 */
export function maasApiNamespace(settings: Settings, parent: pulumi.Resource): Namespace | undefined {
    const { apiNamespace } = recordOf(settings.release);
    return apiNamespace === APPLICATIONS_NAMESPACE || settings.tiers.length === 0
        ? undefined
        : new Namespace(
              "maas-api-namespace",
              { metadata: { name: apiNamespace, labels: routeLabels(settings, [undefined, ...tenantNames(settings)]) } },
              { parent },
          );
}

/** The namespace of the models. */
export function modelsNamespace(settings: Settings, parent: pulumi.Resource): Namespace {
    return new Namespace(
        "models",
        {
            metadata: {
                name: settings.modelsNamespace,
                labels: {
                    "opendatahub.io/dashboard": "true",
                    "modelmesh-enabled": "false",
                    ...routeLabels(settings, [undefined, ...tenantNames(settings)]),
                },
            },
        },
        { parent },
    );
}

const tenantNames = ({ tenants }: Settings): string[] => tenants.map((tenant) => tenant.name);

/** The labels with which a namespace lets its routes attach to gateways that admit by label. @param tenants absent: the product's own */
function routeLabels({ gateway, tiers }: Settings, tenants: readonly (string | undefined)[]): Record<string, string> {
    return Object.fromEntries(
        tenants
            .filter((tenant) => tiers.length > 0 && (tenant !== undefined || gateway.allowedRoutes === "label"))
            .map((tenant) => [accessLabel(tenant), "true"]),
    );
}
