using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Tasks;

namespace Serverless.InfraTests.Architecture;

/// <summary>
/// Types are internal by default. Public are function classes, which the worker calls without reflection only then, handlers with what
/// they carry, implement and throw, and what a member of those shows in its signature.
/// </summary>
public sealed class VisibilityTests
{
    private static readonly Type[] HandlerTypes =
        [typeof(ITaskRecovery<>), typeof(ITaskSanitizer<>), typeof(BusinessRuleException), typeof(TaskValidationException)];

    private static readonly Type[] PublicTypes =
        [.. typeof(ServerlessServices).Assembly.GetExportedTypes().Where(t => !t.IsNested && t.Namespace is not null)];

    [Fact]
    public void Types_ThatNobodyOutsideNeeds_AreInternal()
    {
        var needed = new HashSet<Type>();
        foreach (var root in PublicTypes.Where(IsRoot)) Need(root, needed);

        var unneeded = PublicTypes.Except(needed).Select(t => t.FullName).Order(StringComparer.Ordinal);
        Assert.True(!unneeded.Any(), string.Join('\n', unneeded));
    }

    private static bool IsRoot(Type type) =>
        type.GetMethods().Any(m => m.IsDefined(typeof(FunctionAttribute)))
        || type.IsDefined(typeof(TaskHandlerAttribute))
        || type.IsSubclassOf(typeof(Attribute))
        || HandlerTypes.Contains(type);

    // With all that its visible members show, and so on.
    private static void Need(Type? type, HashSet<Type> needed)
    {
        if (type is null || type.IsGenericParameter) return;
        if (type.HasElementType)
        {
            Need(type.GetElementType(), needed);
            return;
        }

        foreach (var argument in type.GenericTypeArguments) Need(argument, needed);
        if (type.IsGenericType) type = type.GetGenericTypeDefinition();
        if (type.Assembly != typeof(ServerlessServices).Assembly || !needed.Add(type)) return;

        Need(type.DeclaringType, needed);
        Need(type.BaseType, needed);
        foreach (var shown in type.GetInterfaces().Where(i => type.IsInterface || i.IsGenericType)) Need(shown, needed);
        foreach (var constraint in type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints())) Need(constraint, needed);
        foreach (var member in type.GetMembers(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            foreach (var shown in Shown(member)) Need(shown, needed);
        }
    }

    private static IEnumerable<Type> Shown(MemberInfo member) => member switch
    {
        MethodBase method when IsVisible(method) =>
            [
                .. method.GetParameters().Select(p => p.ParameterType),
                .. method is MethodInfo { ReturnType: var result } ? [result] : Type.EmptyTypes,
                .. method.IsGenericMethod ? method.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()) : [],
            ],
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
        Type nested when nested.IsNestedPublic || nested.IsNestedFamily || nested.IsNestedFamORAssem => [nested],
        _ => [],
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
