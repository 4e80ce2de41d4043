/** The health of its catalog in the status of a Subscription. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { ConditionSpec, World } from "../world";

/** The namespace of OpenShift's own catalogs. */
export const CATALOG_NAMESPACE = "openshift-marketplace";

/** The condition that tells whether the catalog of a Subscription exists. */
export function catalogCondition(world: World, { spec }: KubeObject): ConditionSpec {
    const healthy = world.get(K.CatalogSource, spec.sourceNamespace, spec.source) !== undefined;
    return healthy
        ? {
              type: "CatalogSourcesUnhealthy",
              status: "False",
              reason: "AllCatalogSourcesHealthy",
              message: "all available catalogsources are healthy",
          }
        : {
              type: "CatalogSourcesUnhealthy",
              status: "True",
              reason: "UnhealthyCatalogSourceFound",
              message: `targeted catalogsource ${spec.sourceNamespace}/${spec.source} missing`,
          };
}

/** The health of the catalog, which is written once. */
export function catalogHealth(world: World, { spec, status }: KubeObject): { catalogHealth?: object[] } {
    const source = world.get(K.CatalogSource, spec.sourceNamespace, spec.source);
    if (!source || status?.catalogHealth) {
        return {};
    }
    const { apiVersion, kind, metadata } = source;
    return {
        catalogHealth: [
            {
                catalogSourceRef: {
                    apiVersion,
                    kind,
                    name: metadata.name,
                    namespace: metadata.namespace,
                    uid: metadata.uid,
                    resourceVersion: metadata.resourceVersion,
                },
                healthy: true,
                lastUpdated: world.timestamp(),
            },
        ],
    };
}
