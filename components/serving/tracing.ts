/** The tracing of a model's pods, in the terms of each release. Pure. */
import type { Served } from "../../catalogue/models/canary";
import { flagsOf } from "../../catalogue/models/arguments";
import type { ModelPlan } from "../../catalogue/models/modelPlan";
import { recordOf, type Release } from "../../catalogue/releases";
import type { ModelSettings } from "../../stacks/schema";

/** vLLM's argument that switches tracing on. */
const ENDPOINT = "--otlp-traces-endpoint";

/** The sampler of whoever sends: the collector takes its share of what it gets, so that traces are kept or dropped as a whole. */
const ALL = { sampler: "parentbased_traceidratio", samplerArg: "1" } as const;

/** A model that sends traces, or sends none. */
export interface Traced {
    /** The plan, with what vLLM is told by its arguments and its environment. */
    readonly plan: ModelPlan;
    /** Fields of the LLMInferenceService, from which the controller tells vLLM and scheduler. */
    readonly spec: { readonly tracing?: { exporterEndpoint: string; sampler: string; samplerArg: string } };
    /** Fields of the scheduler, which are merged with the pod of its preset. */
    readonly scheduler: { readonly template?: { containers: { name: "main"; env: { name: string; value: string }[] }[] } };
}

/**
 * Lets vLLM and the scheduler of a model send their traces. An image of the settings is left alone: a vLLM without OpenTelemetry
 * does not start with the argument.
 *
 * @param endpoint URL of a collector: OTLP over gRPC. Undefined: nobody takes traces
 *
 * Source: docs/sources/observability.md#traces.
 */
export function traced(
    release: Release,
    model: Pick<Served<ModelSettings>, "name" | "image">,
    plan: ModelPlan,
    endpoint: string | undefined,
): Traced {
    const { serving } = recordOf(release);
    if (endpoint === undefined || model.image !== undefined || serving.scheme === "plain") {
        return { plan, spec: {}, scheduler: {} };
    }
    if (serving.tracing === "field") {
        return { plan, spec: { tracing: { exporterEndpoint: endpoint, ...ALL } }, scheduler: {} };
    }
    const sent = (args: readonly string[]): readonly string[] =>
        flagsOf(args).some(({ name }) => name === ENDPOINT) ? args : [...args, `${ENDPOINT}=${endpoint}`];
    const env = {
        OTEL_SERVICE_NAME: `${model.name}-scheduler`,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_TRACES_SAMPLER: ALL.sampler,
        OTEL_TRACES_SAMPLER_ARG: ALL.samplerArg,
    };
    return {
        plan: {
            ...plan,
            args: sent(plan.args),
            prefillArgs: sent(plan.prefillArgs),
            env: { OTEL_SERVICE_NAME: model.name, ...plan.env },
        },
        spec: {},
        scheduler: {
            template: { containers: [{ name: "main", env: Object.entries(env).map(([name, value]) => ({ name, value })) }] },
        },
    };
}
