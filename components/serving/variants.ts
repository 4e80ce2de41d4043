/** The objects of models that are scaled by load or served in two versions. */
import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import type { ScalingSettings } from "../../stacks/schema/scaling";
import type { OperatorPackage } from "../../catalogue/operators";
import type { InstalledOperator } from "../layer";
import { Autoscaling } from "./autoscaling";
import { autoscalerActive } from "./autoscalingGates";
import { servedOf } from "../../catalogue/models/canary";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { Rollout } from "./rollout";
import { actuatorOf, actuatorOfAll } from "../../catalogue/models/scaling";

/** The operator that brings KEDA. */
const KEDA_OPERATOR = "openshift-custom-metrics-autoscaler-operator" satisfies OperatorPackage;

/** The operators that models need to be scaled by load. */
export function scalingOperators({ models }: Pick<Settings, "models">): OperatorPackage[] {
    return actuatorOfAll(models.flatMap(servedOf)) === "keda" ? [KEDA_OPERATOR] : [];
}

/** The objects by which models are scaled by load; undefined where no model is. */
export function autoscalingOf(
    { models, operators: overrides, modelsNamespace }: Settings,
    before: {
        readonly operators: (operator: OperatorPackage) => InstalledOperator;
        readonly openShiftAi: pulumi.Resource;
        readonly modelsNamespace: pulumi.Resource;
        readonly records: pulumi.Resource;
    },
    parent: pulumi.Resource,
): Autoscaling | undefined {
    const actuator = actuatorOfAll(models.flatMap(servedOf));
    return actuator === undefined
        ? undefined
        : new Autoscaling(
              "autoscaling",
              {
                  actuator,
                  keda:
                      actuator === "keda"
                          ? { operator: before.operators(KEDA_OPERATOR), existing: overrides[KEDA_OPERATOR]?.existing ?? false }
                          : undefined,
                  modelsNamespace,
                  openShiftAi: { ready: before.openShiftAi, namespace: APPLICATIONS_NAMESPACE },
              },
              { parent, dependsOn: [before.modelsNamespace, before.records] },
          );
}

/**
 * Splits the requests of a model between its two versions once both run, and waits until autoscalers are active.
 *
 * @param services of models and of their second versions, by name
 * @param gateway the gateway of llm-d; undefined without one, and then no model has a second version
 */
export function variants(
    { models, modelsNamespace: namespace, gateway: { inference } }: Settings,
    services: ReadonlyMap<string, pulumi.Resource>,
    gateway: { readonly name: string; readonly namespace: string; readonly ready: readonly pulumi.Resource[] } | undefined,
    parent: pulumi.Resource,
): void {
    for (const model of models) {
        const versions = servedOf(model);
        if (model.canary !== undefined && gateway !== undefined) {
            new Rollout(
                `model-${model.name}-rollout`,
                {
                    model: model.name,
                    namespace,
                    weight: model.canary.weight,
                    gateway: { name: gateway.name, namespace: gateway.namespace },
                    authentication: inference!.authentication,
                },
                { parent, dependsOn: [...gateway.ready, ...versions.map(({ name }) => services.get(name)!)] },
            );
        }
        for (const { name, scaling, prefill } of versions) {
            const active = (part: "main" | "prefill", of: ScalingSettings): void =>
                void autoscalerActive(
                    `model-${name}-${part === "main" ? "" : "prefill-"}autoscaled`,
                    { service: name, part, namespace, actuator: actuatorOf(of) },
                    { parent, dependsOn: services.get(name)! },
                );
            if (scaling !== undefined) {
                active("main", scaling);
            }
            if (prefill?.scaling !== undefined) {
                active("prefill", prefill.scaling);
            }
        }
    }
}
