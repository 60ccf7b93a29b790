using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Messaging;

/// <summary>There is no queue of that name.</summary>
internal sealed class UnknownQueueException(string name, IEnumerable<string> known)
    : Exception($"There is no queue '{name}'. There are: {string.Join(", ", known)}."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status404NotFound;

    /// <inheritdoc/>
    public string Title => "Unknown queue";
}
