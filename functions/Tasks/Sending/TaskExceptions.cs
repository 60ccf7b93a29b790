using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Tasks.Sending;

/// <summary>The app has no handler of that name.</summary>
internal sealed class UnknownTaskException(string name, IEnumerable<string> known)
    : Exception($"There is no task '{name}'. There are: {string.Join(", ", known)}."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status404NotFound;

    /// <inheritdoc/>
    public string Title => "Unknown task";
}

/// <summary>A task does not fit a message.</summary>
internal sealed class TaskTooLargeException(string what, long size, long limit)
    : Exception($"{what} takes {size} bytes; at most {limit} fit."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status413PayloadTooLarge;

    /// <inheritdoc/>
    public string Title => "Too large";
}
