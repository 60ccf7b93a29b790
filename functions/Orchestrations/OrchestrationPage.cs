using System.Text.Json.Nodes;

namespace Serverless.Orchestrations;

/// <summary>A page of orchestrations.</summary>
/// <param name="Orchestrations">In the engine's order.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record OrchestrationPage(IReadOnlyList<OrchestrationName> Orchestrations, string? Next);

/// <summary>An orchestration.</summary>
/// <param name="Id">The id of its instance.</param>
/// <param name="Name">The orchestrator that it runs.</param>
internal sealed record OrchestrationName(string Id, string Name);

/// <summary>The current execution of an orchestration.</summary>
/// <param name="Id">The id of its instance.</param>
/// <param name="Name">The orchestrator that it runs.</param>
/// <param name="Events">Its events, in the protocol's JSON.</param>
internal sealed record OrchestrationHistory(string Id, string Name, JsonArray Events);
