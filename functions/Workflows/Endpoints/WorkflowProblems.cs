using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Workflows.Endpoints;

/// <summary>The answers to refused requests about workflows.</summary>
internal static class WorkflowProblems
{
    public static IResult UnknownWorkflow(string name) => Problems.NotFound(
        "There is no such workflow", $"No workflow is called '{name}'. GET /api/workflows lists them.");

    public static IResult UnknownSignal(string signal, IEnumerable<string> known) => Problems.NotFound(
        "There is no such signal",
        $"No step of the run waits for a signal '{signal}'. Its signals: {string.Join(", ", known.DefaultIfEmpty("none"))}. " +
        "What a child workflow waits for is sent to the child's run.");

    public static IResult UnknownRun(string id) => Problems.NotFound(
        "There is no such run", $"No run has the id '{id}'. GET /api/workflows/runs lists them.");
}
