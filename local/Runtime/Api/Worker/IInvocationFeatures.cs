namespace Microsoft.Azure.Functions.Worker;

/// <summary>Extensions of an invocation, by type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Puts or replaces one.</summary>
    void Set<T>(T instance);

    /// <summary>Takes one; the type's default if there is none.</summary>
    T? Get<T>();
}
