/** Checks the settings of a model without a scheduler against its runtime and its pool. */
import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { gpusOf } from "../../catalogue/gpu/instanceTypes";
import { runtimeOf } from "../../catalogue/models/runtimes";
import type { PoolSettings, PredictiveSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { runtimeArgumentProblems } from "./arguments";
import { namesOf, unknownName } from "./entries";
import { resourceProblems } from "./say";

/** All problems of a service. `pools` is undefined if the list of pools does not match the schema. */
export function predictiveProblems(
    path: string,
    service: PredictiveSettings,
    pools: readonly { readonly name: string | undefined; readonly value: PoolSettings | undefined }[] | undefined,
): SettingsProblem[] {
    const say = (key: string, message: string): SettingsProblem => ({ path: `${path}.${key}`, message });
    const { accelerators } = runtimeOf(service.runtime);
    const variant = accelerators[service.accelerator];
    const problems: SettingsProblem[] = [];
    if (variant === undefined) {
        problems.push(
            say(
                "accelerator",
                `${service.runtime} does not run on ${service.accelerator}; expected one of ${Object.keys(accelerators).join(", ")}`,
            ),
        );
    } else if (variant.image === null && service.image === undefined) {
        problems.push(
            say(
                "image",
                `is missing: this program has no default image of ${service.runtime} for ${service.accelerator}; expected the image of your release`,
            ),
        );
    }
    if (service.source.startsWith("s3://") && service.connection === undefined) {
        problems.push(say("connection", "is missing: s3:// needs the connection with its endpoint and keys"));
    }
    if (service.connection !== undefined && !service.source.startsWith("s3://")) {
        problems.push(say("connection", `applies only to s3://, but the source is ${service.source}`));
    }
    problems.push(...resourceProblems(service.requests, service.limits, say), ...runtimeArgumentProblems(service, say));
    // The accelerator decides which nodes it runs on.
    return variant === undefined ? problems : [...problems, ...placement(service, pools, variant.only, say)];
}

function placement(
    service: PredictiveSettings,
    pools: Parameters<typeof predictiveProblems>[2],
    only: string | undefined,
    say: (key: string, message: string) => SettingsProblem,
): SettingsProblem[] {
    if (service.accelerator !== "nvidia") {
        return service.pool === undefined
            ? []
            : [say("pool", `GPU pools have NVIDIA GPUs; expected nodeSelector for ${service.accelerator}, got ${service.pool}`)];
    }
    const names = namesOf(pools);
    if (service.pool === undefined) {
        return [say("pool", `is missing; expected one of ${names.join(", ")}`)];
    }
    if (pools === undefined) {
        return [];
    }
    const entry = pools.find(({ name }) => name === service.pool);
    if (entry === undefined) {
        return [say("pool", unknownName(service.pool, "GPU pool", names))];
    }
    const pool = entry.value;
    const perNode = pool && gpusOf(pool.instanceType);
    if (perNode !== undefined && service.gpus > perNode) {
        return [
            say(
                "gpus",
                `a replica requests ${service.gpus} GPUs on one node, but a ${pool!.instanceType} of pool ${service.pool} has ${perNode}`,
            ),
        ];
    }
    const capability = pool && gpuOfPool(pool)?.computeCapability;
    return only !== undefined && service.image === undefined && capability !== undefined && capability !== Number(only)
        ? [
              say(
                  "image",
                  `the default image supports only compute capability ${only}, but the GPUs of pool ${service.pool} have ${capability}; expected another image`,
              ),
          ]
        : [];
}
