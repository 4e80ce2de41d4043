/** `agents`: existing applications that the program connects to a model. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable such as LOG_LEVEL");

export const agentSchema = z.strictObject({
    name: dnsLabel.max(40).describe("Name of the agent."),
    namespace: dnsLabel.describe("Namespace of its Deployment."),
    deployment: dnsLabel.optional().describe("Existing Deployment of the agent. Default: the name."),
    container: dnsLabel.optional().describe("The container that calls the model. Default: the name of the Deployment."),
    model: z.string().min(1).describe("Model that it calls, one of `models`."),
    configMap: dnsLabel
        .optional()
        .describe(
            "ConfigMap of the agent, in its namespace, whose keys of address and model are set; its other keys stay. Default: <name>-maas, which is created.",
        ),
    keySecret: dnsLabel
        .optional()
        .describe(
            "Secret in its namespace that holds an API key; its pods start once it exists. The owner of the key must create it. Default: <name>-maas-key.",
        ),
    secretKey: z
        .string()
        .regex(/^[-._a-zA-Z0-9]{1,253}$/, "expected a key of a Secret: letters, digits, -, _ and ., such as API_KEY")
        .default("API_KEY")
        .describe("Key of that Secret with the API key. Default API_KEY."),
    variables: z
        .strictObject({
            url: variable.default("OPENAI_BASE_URL").describe("Variable with the address. Default OPENAI_BASE_URL."),
            model: variable.default("OPENAI_MODEL").describe("Variable with the name of the model. Default OPENAI_MODEL."),
            key: variable.default("OPENAI_API_KEY").describe("Variable with the key. Default OPENAI_API_KEY."),
        })
        .prefault({})
        .describe("Environment variables that it reads."),
});

export const agentsSchema = z
    .array(agentSchema)
    .default([])
    .describe(
        "Existing applications that the program connects to a model, with a ConfigMap, a Secret and the variables of one container; nothing else of them changes. Default: none.",
    );

export type AgentSettings = z.output<typeof agentSchema>;
