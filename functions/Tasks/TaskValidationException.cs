using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Tasks;

/// <summary>Thrown by a handler whose arguments are wrong. The message says what is wrong, where, and what would be right.</summary>
internal sealed class TaskValidationException(string message, Exception? innerException = null)
    : Exception(message, innerException), IRefusal
{
    /// <summary>From all that is wrong with a request.</summary>
    /// <param name="faults">The option at fault, and what was expected of it.</param>
    public TaskValidationException(IReadOnlyCollection<(string Option, string Sentence)> faults)
        : this(string.Join(' ', faults.Select(f => $"{f.Option}: {f.Sentence}"))) =>
        Errors = faults.GroupBy(f => f.Option, f => f.Sentence, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.ToArray(), StringComparer.Ordinal);

    /// <summary>The faults by option; null when the message alone says it.</summary>
    public IDictionary<string, string[]>? Errors { get; }

    /// <inheritdoc/>
    public int Status => StatusCodes.Status400BadRequest;

    /// <inheritdoc/>
    public string Title => "The request is refused";
}
