/** Models that follow the load, and models in two versions: what stands beside their services. */
import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import type { ScalingSettings } from "../../stacks/schema/models";
import type { OperatorPackage } from "../../catalogue/operators";
import type { InstalledOperator } from "../layer";
import { Autoscaling, autoscalerActs } from "./autoscaling";
import { servedOf } from "../../catalogue/models/canary";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { Rollout } from "./rollout";
import { actuatorOf, actuatorOfAll } from "../../catalogue/models/scaling";

/** The operator that brings KEDA. */
const KEDA_OPERATOR = "openshift-custom-metrics-autoscaler-operator" satisfies OperatorPackage;

/** The operators that models need for their copies to follow the load. */
export function scalingOperators({ models }: Pick<Settings, "models">): OperatorPackage[] {
    return actuatorOfAll(models.flatMap(servedOf)) === "keda" ? [KEDA_OPERATOR] : [];
}

/** What copies that follow the load need beside the models; undefined where none do. */
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
 * Shares requests out between two versions of a model once both run, and sees that copies that follow the load do.
 *
 * @param services of models and of their second versions, by name
 * @param gateway the gateway of llm-d and where it is; undefined without one, and then there are no second versions
 */
export function variants(
    { models, modelsNamespace: namespace, gateway: { inference } }: Settings,
    services: ReadonlyMap<string, pulumi.Resource>,
    gateway: { readonly name: string; readonly namespace: string; readonly programmed: pulumi.Resource } | undefined,
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
                { parent, dependsOn: [gateway.programmed, ...versions.map(({ name }) => services.get(name)!)] },
            );
        }
        for (const { name, scaling, prefill } of versions) {
            const acts = (part: "main" | "prefill", of: ScalingSettings): void =>
                void autoscalerActs(
                    `model-${name}-${part === "main" ? "" : "prefill-"}autoscaled`,
                    { service: name, part, namespace, actuator: actuatorOf(of) },
                    { parent, dependsOn: services.get(name)! },
                );
            if (scaling !== undefined) {
                acts("main", scaling);
            }
            if (prefill?.scaling !== undefined) {
                acts("prefill", prefill.scaling);
            }
        }
    }
}
