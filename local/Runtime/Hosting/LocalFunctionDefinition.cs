using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>A function as its context describes it.</summary>
internal sealed class LocalFunctionDefinition(FunctionMethod method, ITriggerKind kind, TriggerBindingAttribute trigger)
    : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.Method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.DefaultValue))];

    public override string PathToAssembly => method.Class.Assembly.Location;

    public override string EntryPoint => method.EntryPoint;

    public override string Id => method.Name;

    public override string Name => method.Name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = method.Method.GetParameters()
        .Select(p => (Parameter: p, Attribute: p.GetCustomAttributes(typeof(BindingAttribute), inherit: true).FirstOrDefault()))
        .Where(b => b.Attribute is not null)
        .ToImmutableDictionary(
            b => b.Parameter.Name!,
            b => (BindingMetadata)new Binding(
                b.Parameter.Name!, b.Attribute!.GetType() == trigger.GetType() ? kind.Name : InputName(b.Attribute)));

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = ImmutableDictionary<string,
        BindingMetadata>.Empty;

    private static string InputName(object attribute)
    {
        var name = attribute.GetType().Name;
        return char.ToLowerInvariant(name[0]) + name[1..].Replace(nameof(Attribute), "", StringComparison.Ordinal);
    }

    private sealed class Binding(string name, string type) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}
