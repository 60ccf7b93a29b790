namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger knew beside its payload.</summary>
public abstract class BindingContext
{
    /// <summary>Trigger metadata by name, such as the parts of a route.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
