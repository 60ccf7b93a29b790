using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Serverless.Errors;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>What a caller is told when a request about tasks or queues is refused.</summary>
internal static class TaskProblems
{
    /// <summary>Answers a request; what the caller did wrong becomes problem+json.</summary>
    public static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (UnknownTaskException e)
        {
            return Problems.Create(StatusCodes.Status404NotFound, "Unknown task", e.Message);
        }
        catch (IdTakenException e)
        {
            return Problems.IdTaken(e);
        }
        catch (UnknownQueueException e)
        {
            return Problems.Create(StatusCodes.Status404NotFound, "Unknown queue", e.Message);
        }
        catch (Exception e) when (e is TaskTooLargeException or BodyTooLargeException)
        {
            return Problems.Create(StatusCodes.Status413PayloadTooLarge, "Too large", e.Message);
        }
        catch (TaskValidationException e) when (e.Errors is { } errors)
        {
            return Results.ValidationProblem(errors, title: "The request is refused", detail: "Correct what \"errors\" lists, by option, and send it again.");
        }
        catch (TaskValidationException e)
        {
            return Problems.Create(StatusCodes.Status400BadRequest, "The request is refused", e.Message);
        }
        catch (ServiceBusException e) when (e.IsTransient)
        {
            return Problems.Create(StatusCodes.Status503ServiceUnavailable, "The broker does not answer", "Send it again in a while; with a taskId, what has arrived after all is not done twice.");
        }
        catch (JsonException e)
        {
            return Problems.Create(StatusCodes.Status400BadRequest, "The body cannot be read", $"{e.Message} At {e.Path ?? "$"}.");
        }
    }

    /// <summary>404 for an id that nobody knows, or that is forgotten by now.</summary>
    public static IResult Unknown(string id) =>
        Problems.Create(StatusCodes.Status404NotFound, "No such task", $"There is no task '{id}': it was never sent, ignores its result, or is forgotten (1 hour after its end by default).");
}
