/** `models`: the models that are served. */
import { z } from "zod";

import { stringMap } from "../../kinds/common";
import { cpuAndMemory, servedSchema } from "./servedModel";
import { parallelismSchema, vllmSchema } from "./vllm";

const same = "Default: the model's.";

/** An optional setting of a canary; its default is the setting of the model. */
function inherited<T extends z.ZodType>(setting: z.ZodOptional<T>): z.ZodOptional<T> {
    const about = setting.description ?? setting.unwrap().description!;
    return setting.describe(`${about.replace(/ Default:? .*$/, "")} ${same}`);
}

const { shape: own } = servedSchema;

/** Settings of a canary that may differ from its model. None of them has its own default. */
const canarySchema = z
    .strictObject({
        model: inherited(own.model),
        source: inherited(own.source),
        quantization: inherited(own.quantization),
        weightsGiB: inherited(own.weightsGiB),
        context: inherited(own.context),
        image: inherited(own.image),
        tools: inherited(own.tools),
        reasoning: inherited(own.reasoning),
        chatTemplate: inherited(own.chatTemplate),
        lora: inherited(own.lora),
        tokenSecret: inherited(own.tokenSecret),
        connection: inherited(own.connection),
        startupMinutes: inherited(own.startupMinutes),
        weight: z
            .number()
            .int()
            .min(0)
            .max(100)
            .describe("Percentage of the requests that it receives: 0 rolls back, 100 promotes it."),
        pool: z.string().min(1).optional().describe(`GPU pool that serves it. ${same}`),
        replicas: z
            .number()
            .int()
            .min(0)
            .max(64)
            .optional()
            .describe(`Number of replicas, instead of the model's \`scaling\`. ${same}`),
        scaling: inherited(own.scaling),
        updateStrategy: inherited(own.updateStrategy),
        gpus: z.number().int().min(1).max(8).optional().describe(`GPUs of one pod. ${same}`),
        parallelism: parallelismSchema.unwrap().optional().describe(`Parallelism of one replica. ${same}`),
        concurrency: z
            .number()
            .int()
            .min(1)
            .max(4096)
            .optional()
            .describe(`Requests of maximum context that must fit at once. ${same}`),
        vllm: vllmSchema.unwrap().optional().describe(`Arguments of vLLM. ${same}`),
        args: z.array(z.string().min(1)).optional().describe(`Additional vLLM arguments. ${same}`),
        env: stringMap.optional().describe(`Additional environment variables. ${same}`),
        requests: cpuAndMemory.optional().describe(`CPU and memory requests of one pod. ${same}`),
        limits: cpuAndMemory.optional().describe(`CPU and memory limits of one pod. ${same}`),
        cache: inherited(own.cache),
    })
    .describe(
        "A second version, served as `<name>-canary`; requests to the model's address are distributed by weight. It inherits what it leaves out; with its own `model`, it does not inherit how files are served. For models behind gateway.inference.",
    );

export const modelSchema = servedSchema.extend({ canary: canarySchema.optional() });

export type ModelSettings = z.output<typeof modelSchema>;
