/** Messages of Pulumi's analyzer protocol. */
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";

import type { PolicyFinding } from "../result";
import { encodeStruct, type Values } from "../values";
import type { ResourceState } from "./state";
import { nameOf, typeOf } from "./urn";

/** The enforcement level of a rule. */
export type Level = PolicyFinding["level"];

/** One resource, as policies see it. */
export interface AnalyzedResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent?: string | undefined;
    readonly properties: Values;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    readonly options: ResourceState["options"];
    readonly timeouts: {
        readonly create?: number | undefined;
        readonly update?: number | undefined;
        readonly delete?: number | undefined;
    };
    /** The URN and inputs of its provider. */
    readonly provider?: { readonly urn: string; readonly inputs: Values } | undefined;
}

/** In the order of the protocol. */
export const LEVELS: readonly Level[] = ["advisory", "mandatory", "disabled", "remediate"];

/** A finding in the form of results. @param urn the resource that was analyzed */
export function finding(diagnostic: analyzer.AnalyzeDiagnostic, urn: string | undefined): PolicyFinding {
    // The policy SDK puts the description of the rule before its message.
    const description = `${diagnostic.getDescription()}\n`;
    const said = diagnostic.getMessage();
    const about = diagnostic.getUrn() !== "" ? diagnostic.getUrn() : urn;
    return {
        rule: diagnostic.getPolicyname(),
        level: LEVELS[diagnostic.getEnforcementlevel()] ?? "advisory",
        ...(about !== undefined && { urn: about }),
        message: said.startsWith(description) ? said.slice(description.length) : said,
    };
}

/** The request about one resource. */
export function request(resource: AnalyzedResource): analyzer.AnalyzeRequest {
    return describing(new analyzer.AnalyzeRequest(), resource);
}

/** Sets the fields of a resource that all messages have. */
function describing<T extends analyzer.AnalyzeRequest | analyzer.AnalyzerResource>(message: T, resource: AnalyzedResource): T {
    message.setUrn(resource.urn);
    message.setType(resource.type);
    message.setName(resource.name);
    message.setProperties(encodeStruct(resource.properties, false));
    message.setOptions(options(resource));
    message.setProvider(provider(resource));
    return message;
}

/** One resource of a question about the whole stack. */
export function stackResource(resource: AnalyzedResource): analyzer.AnalyzerResource {
    const message = describing(new analyzer.AnalyzerResource(), resource);
    message.setParent(resource.parent ?? "");
    message.setDependenciesList([...resource.dependencies]);
    const map = message.getPropertydependenciesMap();
    for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
        const dependencies = new analyzer.AnalyzerPropertyDependencies();
        dependencies.setUrnsList([...urns]);
        map.set(key, dependencies);
    }
    return message;
}

function options(resource: AnalyzedResource): analyzer.AnalyzerResourceOptions {
    const message = new analyzer.AnalyzerResourceOptions();
    message.setProtect(resource.options.protect ?? false);
    message.setIgnorechangesList([...(resource.options.ignoreChanges ?? [])]);
    message.setDeletebeforereplace(resource.options.deleteBeforeReplace ?? false);
    message.setDeletebeforereplacedefined(resource.options.deleteBeforeReplace !== undefined);
    message.setAdditionalsecretoutputsList([...(resource.options.additionalSecretOutputs ?? [])]);
    message.setAliasesList([...(resource.options.aliases ?? [])]);
    message.setParent(resource.parent ?? "");
    const timeouts = new analyzer.AnalyzerResourceOptions.CustomTimeouts();
    timeouts.setCreate(resource.timeouts.create ?? 0);
    timeouts.setUpdate(resource.timeouts.update ?? 0);
    timeouts.setDelete(resource.timeouts.delete ?? 0);
    message.setCustomtimeouts(timeouts);
    return message;
}

function provider(resource: AnalyzedResource): analyzer.AnalyzerProviderResource | undefined {
    if (resource.provider === undefined) {
        return undefined;
    }
    const { urn, inputs } = resource.provider;
    const message = new analyzer.AnalyzerProviderResource();
    message.setUrn(urn);
    message.setType(typeOf(urn));
    message.setName(nameOf(urn));
    message.setProperties(encodeStruct(inputs, false));
    return message;
}
