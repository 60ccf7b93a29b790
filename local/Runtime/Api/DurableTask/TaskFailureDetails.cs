using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>A failure as it travels between activities, orchestrations and clients.</summary>
/// <param name="ErrorType">The exception type's full name.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">Where it was thrown, if known.</param>
/// <param name="InnerFailure">What caused it.</param>
/// <param name="Properties">What the app added, if anything.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new TaskFailureDetails(
            exception.GetType().ToString(),
            exception.Message,
            exception.StackTrace,
            InnerFailureOf(exception),
            null);
    }

    /// <summary>True if the failure, not one of its causes, is a <typeparamref name="T"/> or derives from it.</summary>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <inheritdoc cref="IsCausedBy{T}"/>
    /// <exception cref="ArgumentException">The type is no exception.</exception>
    /// <exception cref="AmbiguousMatchException">Several loaded types have the failure's type name.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"{targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        return FindType(targetBaseExceptionType.Assembly) is { } type && targetBaseExceptionType.IsAssignableFrom(type);
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    // A failed task's exception carries its cause as details, not as an exception.
    private static TaskFailureDetails? InnerFailureOf(Exception exception) => exception switch
    {
        { InnerException: { } inner } => FromException(inner),
        TaskFailedException failed => failed.FailureDetails,
        _ => null,
    };

    private Type? FindType(Assembly preferred)
    {
        if (string.IsNullOrEmpty(ErrorType)) return null;
        if ((Type.GetType(ErrorType) ?? preferred.GetType(ErrorType)) is { } known) return known;

        var found = AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(ErrorType)).OfType<Type>().Take(2).ToList();
        return found.Count < 2
            ? found.FirstOrDefault()
            : throw new AmbiguousMatchException($"More than one loaded type is named '{ErrorType}'.");
    }
}
