using System.Reflection;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>A method with <c>[Function]</c>, before it is known what starts it.</summary>
internal sealed record FunctionMethod(string Name, MethodInfo Method)
{
    public Type Class { get; } = Method.DeclaringType!;

    /// <summary>The method with its class, for people.</summary>
    public string EntryPoint => $"{Class.FullName}.{Method.Name}";

    public override string ToString() => $"{Name} ({EntryPoint})";
}
