namespace Serverless.Resilience;

/// <summary>The names of errors as people read them: a class's name, without what it lies in.</summary>
internal static class ErrorName
{
    /// <summary>The name of an exception's type.</summary>
    public static string Of(Exception exception) => Of(exception.GetType().Name);

    /// <summary>The name of a type from its full one: <c>TimeoutException</c> of <c>System.TimeoutException</c>.</summary>
    public static string Of(string fullName)
    {
        // Arguments of a generic type have names of their own.
        var name = fullName.AsSpan();
        if (name.IndexOfAny('`', '[', ',') is >= 0 and var end) name = name[..end];
        return name[(name.LastIndexOfAny('.', '+') + 1)..].ToString();
    }
}
