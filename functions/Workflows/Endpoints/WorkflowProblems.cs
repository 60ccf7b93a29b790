using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.Definitions;

namespace Serverless.Workflows.Endpoints;

/// <summary>What a caller is told when a request about workflows is refused.</summary>
internal static class WorkflowProblems
{
    /// <summary>Answers a request; what the caller did wrong becomes problem+json.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (VersionConflictException e)
        {
            return Problems.Create(StatusCodes.Status409Conflict, "Another version comes next", e.Message);
        }
        catch (IdTakenException e)
        {
            return Problems.IdTaken(e);
        }
        catch (InstanceTakenException e)
        {
            return Problems.IdTaken(e);
        }
        catch (BodyTooLargeException e)
        {
            return Problems.Create(StatusCodes.Status413PayloadTooLarge, "Too large", e.Message);
        }
        catch (TaskTooLargeException e)
        {
            return Problems.Create(StatusCodes.Status413PayloadTooLarge, "Too large", e.Message);
        }
        catch (JsonException e)
        {
            return Problems.Create(StatusCodes.Status400BadRequest, "The body cannot be read", $"{e.Message}");
        }
    }

    public static IResult Invalid(Faults faults, string what) => Results.ValidationProblem(
        faults.ToErrors(), title: $"{what} has faults", detail: "Correct what \"errors\" lists, by place, and send it again. Nothing was registered or started.");

    public static IResult UnknownWorkflow(string name) => Problems.Create(
        StatusCodes.Status404NotFound, "There is no such workflow", $"No workflow is called '{name}'. GET /api/workflows lists them.");

    public static IResult UnknownRun(string id) => Problems.Create(
        StatusCodes.Status404NotFound, "There is no such run", $"No run has the id '{id}'. GET /api/workflows/runs lists them.");

    public static IResult Conflict(string title, string detail) => Problems.Create(StatusCodes.Status409Conflict, title, detail);
}
