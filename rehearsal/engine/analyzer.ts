/** A policy pack, started and called as the engine does it, with Pulumi's analyzer protocol. */
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isDeepStrictEqual } from "node:util";

import type { PolicyFinding, PolicyRule } from "../result";
import { type AnalyzedResource, finding, type Level, LEVELS, request, stackResource } from "./analyzerMessages";
import type { Child } from "./child";
import { GrpcClient, type Message, type MessageType } from "./grpc";
import { type AnalyzerOptions, firstLine, type PolicyConfig, spawnPack } from "./packProcess";
import { collect } from "./program";
import { ProjectError } from "./project";
import { Empty, Struct } from "./protobuf";
import { decodeStruct, type Values } from "../values";

export type { AnalyzedResource, Level } from "./analyzerMessages";
export type { AnalyzerOptions, PolicyConfig } from "./packProcess";

/** In the order of the protocol; the first stands for a rule that says nothing of it. */
const SEVERITIES: readonly PolicyRule["severity"][] = ["medium", "low", "medium", "high", "critical"];

/** A pack that is starting or running. */
export class Analyzer {
    /** Whether any rule remediates. */
    remediates = false;
    /** The rules of the pack in its order, at the levels of this run. */
    rules: readonly PolicyRule[] = [];

    private constructor(
        private readonly child: Child,
        private readonly client: GrpcClient,
        private readonly info: analyzer.AnalyzerInfo,
    ) {}

    /**
     * Starts a pack and configures it.
     *
     * @param child the process of the pack. Default: it is started
     * @throws ProjectError when the folder holds no pack, the pack does not start, or its configuration is wrong
     */
    static async start(options: AnalyzerOptions, child: Child = spawnPack(options)): Promise<Analyzer> {
        const errors = collect(child.process.stderr!, () => undefined);
        try {
            const port = await firstLine(child, errors);
            if (!/^\d+$/.test(port)) {
                throw new ProjectError(
                    `the policy pack ${options.pack} printed ${JSON.stringify(port)} where its port was expected`,
                );
            }
            const client = new GrpcClient(`127.0.0.1:${port}`);
            const info = await client.call("/pulumirpc.Analyzer/GetAnalyzerInfo", new Empty() as Message, analyzer.AnalyzerInfo);
            const result = new Analyzer(child, client, info);
            await result.configure(options);
            return result;
        } catch (e) {
            child.kill();
            throw e;
        }
    }

    /** Applies remediations. @returns the new properties, and a finding for each remediation */
    async remediate(resource: AnalyzedResource): Promise<{ properties: Values; findings: PolicyFinding[] }> {
        if (!this.remediates) {
            return { properties: resource.properties, findings: [] };
        }
        const response = await this.call("Remediate", request(resource), analyzer.RemediateResponse);
        let properties = resource.properties;
        const findings: PolicyFinding[] = [];
        for (const remediation of response.getRemediationsList()) {
            const before = properties;
            if (remediation.getProperties() !== undefined && remediation.getDiagnostic() === "") {
                properties = decodeStruct(remediation.getProperties());
            }
            const corrected = changed(before, properties).join(", ");
            findings.push({
                rule: remediation.getPolicyname(),
                level: "remediate",
                urn: resource.urn,
                message: remediation.getDiagnostic() || `corrected ${corrected}: ${remediation.getDescription()}`,
            });
        }
        return { properties, findings };
    }

    /** The findings about one resource. */
    async analyze(resource: AnalyzedResource): Promise<PolicyFinding[]> {
        const response = await this.call("Analyze", request(resource), analyzer.AnalyzeResponse);
        return response.getDiagnosticsList().map((d) => finding(d, resource.urn));
    }

    /** The findings about the whole stack. */
    async analyzeStack(resources: readonly AnalyzedResource[]): Promise<PolicyFinding[]> {
        const message = new analyzer.AnalyzeStackRequest();
        message.setResourcesList(resources.map(stackResource));
        const response = await this.call("AnalyzeStack", message, analyzer.AnalyzeResponse);
        return response.getDiagnosticsList().map((d) => finding(d, undefined));
    }

    /** Stops the pack. */
    async close(): Promise<void> {
        this.client.close();
        this.child.kill();
        await this.child.exit.catch(() => undefined);
    }

    private async configure(options: AnalyzerOptions): Promise<void> {
        const stack = new analyzer.AnalyzerStackConfigureRequest();
        stack.setStack(options.stack);
        stack.setProject(options.project.name);
        stack.setOrganization(options.organization);
        stack.setDryRun(options.dryRun);
        stack.setConfigSecretKeysList([...options.stackConfig.secretKeys]);
        const config = stack.getConfigMap();
        for (const [key, value] of Object.entries(options.stackConfig.values)) {
            config.set(key, value);
        }
        await this.call("ConfigureStack", stack, analyzer.AnalyzerStackConfigureResponse);

        const given = options.config ?? {};
        const known = this.info.getPoliciesList().map((p) => p.getName());
        const stray = Object.keys(given).find((name) => name !== "all" && !known.includes(name));
        if (stray !== undefined) {
            throw new ProjectError(
                `the policy configuration names ${JSON.stringify(stray)}, which is no rule of the pack (${known.join(", ")})`,
            );
        }
        const message = new analyzer.ConfigureAnalyzerRequest();
        const rules: PolicyRule[] = [];
        for (const policy of this.info.getPoliciesList()) {
            const { level, properties } = effectiveConfig(policy, given);
            rules.push({
                name: policy.getName(),
                title: policy.getDisplayname() || policy.getName(),
                why: policy.getDescription(),
                remedy: policy.getRemediationSteps(),
                severity: SEVERITIES[policy.getSeverity()] ?? "medium",
                level,
            });
            this.remediates ||= level === "remediate";
            const entry = new analyzer.PolicyConfig();
            entry.setEnforcementlevel(LEVELS.indexOf(level));
            entry.setProperties(Struct.fromJavaScript(properties));
            message.getPolicyconfigMap().set(policy.getName(), entry);
        }
        await this.call("Configure", message, Empty);
        this.rules = rules;
    }

    private async call<T>(method: string, message: Message, response: MessageType<T>): Promise<T> {
        try {
            return await this.client.call(`/pulumirpc.Analyzer/${method}`, message, response);
        } catch (e) {
            throw new Error(`the policy pack ${this.info.getName()} failed: ${(e as Error).message}`);
        }
    }
}

/** Adds default values, as the engine does; the SDK does not. @throws ProjectError when a required property is missing */
function effectiveConfig(
    policy: analyzer.PolicyInfo,
    given: PolicyConfig,
): { level: Level; properties: Record<string, JavaScriptValue> } {
    const schema = policy.getConfigschema();
    const declared = (schema?.getProperties()?.toJavaScript() ?? {}) as Record<string, { default?: JavaScriptValue }>;
    const properties: Record<string, JavaScriptValue> = {};
    for (const [name, property] of Object.entries(declared)) {
        if (property?.default !== undefined) {
            properties[name] = property.default;
        }
    }
    let level = LEVELS[policy.getEnforcementlevel()] ?? "advisory";
    for (const entry of [given["all"], given[policy.getName()]]) {
        if (typeof entry === "string") {
            level = entry;
        } else if (entry !== undefined) {
            const { enforcementLevel, ...rest } = entry;
            level = enforcementLevel ?? level;
            Object.assign(properties, rest);
        }
    }
    if (!LEVELS.includes(level)) {
        throw new ProjectError(
            `the level ${JSON.stringify(level)} of rule ${policy.getName()} is not one of ${LEVELS.join(", ")}`,
        );
    }
    const missing = (schema?.getRequiredList() ?? []).filter((name) => properties[name] === undefined);
    if (missing.length > 0) {
        throw new ProjectError(`rule ${policy.getName()} needs configuration: ${missing.join(", ")}`);
    }
    return { level, properties };
}

/** The paths at which two values differ, as deep as both have the same shape; without the values, which may be secret. */
function changed(before: unknown, after: unknown, path = ""): string[] {
    if (!isPlain(before) || !isPlain(after)) {
        return isDeepStrictEqual(before, after) ? [] : [path || "the resource"];
    }
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
        changed(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
}

function isPlain(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
