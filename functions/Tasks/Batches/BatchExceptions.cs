using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Tasks.Batches;

/// <summary>There is no batch of that id.</summary>
internal sealed class UnknownBatchException(string id)
    : Exception($"There is no batch '{id}'. It was never opened, or is forgotten (7 days after its end)."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status404NotFound;

    /// <inheritdoc/>
    public string Title => "There is no such batch";
}

/// <summary>A batch takes no more members.</summary>
internal sealed class BatchClosedException(string id)
    : Exception($"The batch '{id}' is closed: only its own tasks may add to it, while they run."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status409Conflict;

    /// <inheritdoc/>
    public string Title => "The batch is closed";
}
