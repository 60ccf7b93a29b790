using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Azure;
using Serverless.Resilience;

namespace Serverless.Tasks.Retries;

/// <summary>
/// Finds an exception's class: the first rule that knows it, else the class of its inner exception, and so on inwards.
/// Rules added later come first, so that an app can overrule the built-in ones.
/// </summary>
internal sealed class ErrorClassifier
{
    /// <summary>HResult of "no space left on device", on Windows and on Unix.</summary>
    private static readonly int[] DiskFull = [unchecked((int)0x80070070), 28];

    private readonly List<Func<Exception, ErrorClass?>> _rules = [];

    /// <summary>Knows the exceptions of the framework and of the Azure SDK.</summary>
    public ErrorClassifier()
    {
        Map<SocketException>(ErrorClass.Connection);
        Map<HttpRequestException>(
            ErrorClass.Connection, e => e.StatusCode is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests);
        Map<RequestFailedException>(ErrorClass.Connection, e => e.Status is 0 or 429 or >= 500);
        Map<TimeoutException>(ErrorClass.Timeout);
        Map<OperationCanceledException>(ErrorClass.Timeout);
        Map<ValidationException>(ErrorClass.Validation);
        Map<TaskValidationException>(ErrorClass.Validation);
        Map<ArgumentException>(ErrorClass.Validation);
        Map<FormatException>(ErrorClass.Validation);
        Map<JsonException>(ErrorClass.Validation);
        Map<BusinessRuleException>(ErrorClass.BusinessRule);
        Map<OutOfMemoryException>(ErrorClass.ResourceExhaustion);
        Map<IOException>(ErrorClass.ResourceExhaustion, e => DiskFull.Contains(e.HResult));
    }

    /// <summary>Classes exceptions of a type, and of the types derived from it.</summary>
    /// <param name="errorClass">The class they get.</param>
    /// <param name="when">Only those for which it holds; all by default.</param>
    public void Map<TException>(ErrorClass errorClass, Func<TException, bool>? when = null)
        where TException : Exception =>
        _rules.Insert(0, e => e is TException known && (when is null || when(known)) ? errorClass : null);

    /// <summary>The exception's class; <see cref="ErrorClass.Other"/> when no rule knows it or any exception inside it.</summary>
    public ErrorClass Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            foreach (var rule in _rules)
            {
                if (rule(e) is { } found) return found;
            }
        }

        return ErrorClass.Other;
    }
}
