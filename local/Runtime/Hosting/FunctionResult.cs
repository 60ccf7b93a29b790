using System.Reflection;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>Turns whatever a function returns into a task of its result; null for functions without one.</summary>
internal static class FunctionResult
{
    private static readonly MethodInfo ReadTask = Generic(nameof(OfTask));
    private static readonly MethodInfo ReadValueTask = Generic(nameof(OfValueTask));

    public static Func<object?, Task<object?>> CreateReader(Type returns)
    {
        if (returns == typeof(ValueTask)) return result => Discard(((ValueTask)result!).AsTask());
        if (!typeof(Task).IsAssignableFrom(returns) && !IsGeneric(returns, typeof(ValueTask<>))) return Task.FromResult;
        if (!returns.IsGenericType) return result => Discard((Task)result!);
        var reader = returns.GetGenericTypeDefinition() == typeof(ValueTask<>) ? ReadValueTask : ReadTask;
        return reader.MakeGenericMethod(returns.GenericTypeArguments[0]).CreateDelegate<Func<object?, Task<object?>>>();
    }

    /// <summary>The type of the result without its task; void for none.</summary>
    public static Type TypeOf(Type returns)
    {
        if (returns == typeof(Task) || returns == typeof(ValueTask)) return typeof(void);
        return IsGeneric(returns, typeof(Task<>)) || IsGeneric(returns, typeof(ValueTask<>)) ? returns.GenericTypeArguments[0] : returns;
    }

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static async Task<object?> Discard(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> OfTask<T>(object? result) => await (Task<T>)result!;

    private static async Task<object?> OfValueTask<T>(object? result) => await (ValueTask<T>)result!;

    private static MethodInfo Generic(string name) => typeof(FunctionResult).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
